// Made by `npm run db:types` from sql/. A test fails when it is stale.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      api_keys: {
        Row: {
          course_ids: string[];
          created_at: string;
          expires_at: string;
          id: string;
          is_active: boolean;
          key_hash: string;
          key_prefix: string;
          last_used_at: string | null;
          name: string;
          revoked_at: string | null;
          rotated_at: string | null;
          scopes: string[];
          seats: number | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          course_ids?: string[];
          created_at?: string;
          expires_at: string;
          id?: string;
          is_active?: never;
          key_hash: string;
          key_prefix: string;
          last_used_at?: string | null;
          name: string;
          revoked_at?: string | null;
          rotated_at?: string | null;
          scopes?: string[];
          seats?: number | null;
          user_id: string;
        };
        Update: {
          course_ids?: string[];
          created_at?: string;
          expires_at?: string;
          id?: string;
          is_active?: never;
          key_hash?: string;
          key_prefix?: string;
          last_used_at?: string | null;
          name?: string;
          revoked_at?: string | null;
          rotated_at?: string | null;
          scopes?: string[];
          seats?: number | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'api_keys_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'api_keys_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      audit_log: {
        Row: {
          action: string;
          actor_id: string | null;
          actor_role: string;
          after: Json | null;
          before: Json | null;
          happened_at: string;
          id: number;
          row_id: string | null;
          table_name: string;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          actor_id?: string | null;
          actor_role: string;
          after?: Json | null;
          before?: Json | null;
          happened_at?: string;
          id?: never;
          row_id?: string | null;
          table_name: string;
        };
        Update: {
          action?: string;
          actor_id?: string | null;
          actor_role?: string;
          after?: Json | null;
          before?: Json | null;
          happened_at?: string;
          id?: never;
          row_id?: string | null;
          table_name?: string;
        };
        Relationships: [];
      };
      cart_items: {
        Row: {
          added_at: string;
          cart_id: string;
          course_id: string;
          id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          added_at?: string;
          cart_id?: string;
          course_id: string;
          id?: string;
          user_id?: string;
        };
        Update: {
          added_at?: string;
          cart_id?: string;
          course_id?: string;
          id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'cart_items_cart_id_user_id_fkey';
            columns: ['cart_id', 'user_id'];
            isOneToOne: false;
            referencedRelation: 'carts';
            referencedColumns: ['id', 'user_id'];
          },
          {
            foreignKeyName: 'cart_items_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'cart_items_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      carts: {
        Row: {
          created_at: string;
          id: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          id?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'carts_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'carts_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      categories: {
        Row: {
          course_count: number;
          created_at: string;
          description: string;
          icon: string;
          id: string;
          name: string;
          slug: string;
        };
        ComputedFields: never;
        Insert: {
          course_count?: number;
          created_at?: string;
          description?: string;
          icon?: string;
          id?: string;
          name: string;
          slug: string;
        };
        Update: {
          course_count?: number;
          created_at?: string;
          description?: string;
          icon?: string;
          id?: string;
          name?: string;
          slug?: string;
        };
        Relationships: [];
      };
      certificates: {
        Row: {
          code: string;
          completed_at: string;
          content_hash: string;
          course_id: string;
          course_title: string;
          duration_seconds: number;
          enrollment_id: string;
          file_path: string | null;
          id: string;
          instructor_name: string;
          issued_at: string;
          revoke_reason: string | null;
          revoked_at: string | null;
          revoked_by: string | null;
          student_name: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          code: string;
          completed_at: string;
          content_hash: string;
          course_id: string;
          course_title: string;
          duration_seconds: number;
          enrollment_id: string;
          file_path?: string | null;
          id?: string;
          instructor_name: string;
          issued_at?: string;
          revoke_reason?: string | null;
          revoked_at?: string | null;
          revoked_by?: string | null;
          student_name: string;
          user_id: string;
        };
        Update: {
          code?: string;
          completed_at?: string;
          content_hash?: string;
          course_id?: string;
          course_title?: string;
          duration_seconds?: number;
          enrollment_id?: string;
          file_path?: string | null;
          id?: string;
          instructor_name?: string;
          issued_at?: string;
          revoke_reason?: string | null;
          revoked_at?: string | null;
          revoked_by?: string | null;
          student_name?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'certificates_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'certificates_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'certificates_enrollment_id_fkey';
            columns: ['enrollment_id'];
            isOneToOne: true;
            referencedRelation: 'enrollments';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'certificates_revoked_by_fkey';
            columns: ['revoked_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'certificates_revoked_by_fkey';
            columns: ['revoked_by'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'certificates_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'certificates_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      contact_messages: {
        Row: {
          body: string;
          created_at: string;
          email: string;
          id: string;
          name: string;
          status: Database['public']['Enums']['contact_status'];
          subject: string;
          updated_at: string;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          created_at?: string;
          email: string;
          id?: string;
          name: string;
          status?: Database['public']['Enums']['contact_status'];
          subject: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Update: {
          body?: string;
          created_at?: string;
          email?: string;
          id?: string;
          name?: string;
          status?: Database['public']['Enums']['contact_status'];
          subject?: string;
          updated_at?: string;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'contact_messages_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'contact_messages_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      coupons: {
        Row: {
          amount_off_cents: number | null;
          category_id: string | null;
          code: string;
          course_id: string | null;
          created_at: string;
          created_by: string | null;
          currency: string | null;
          description: string;
          expires_at: string | null;
          id: string;
          instructor_id: string | null;
          is_active: boolean;
          max_per_user: number;
          max_redemptions: number | null;
          minimum_cents: number;
          percent_off: number | null;
          redeemed_count: number;
          starts_at: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          amount_off_cents?: number | null;
          category_id?: string | null;
          code: string;
          course_id?: string | null;
          created_at?: string;
          created_by?: string | null;
          currency?: string | null;
          description?: string;
          expires_at?: string | null;
          id?: string;
          instructor_id?: string | null;
          is_active?: boolean;
          max_per_user?: number;
          max_redemptions?: number | null;
          minimum_cents?: number;
          percent_off?: number | null;
          redeemed_count?: number;
          starts_at?: string;
          updated_at?: string;
        };
        Update: {
          amount_off_cents?: number | null;
          category_id?: string | null;
          code?: string;
          course_id?: string | null;
          created_at?: string;
          created_by?: string | null;
          currency?: string | null;
          description?: string;
          expires_at?: string | null;
          id?: string;
          instructor_id?: string | null;
          is_active?: boolean;
          max_per_user?: number;
          max_redemptions?: number | null;
          minimum_cents?: number;
          percent_off?: number | null;
          redeemed_count?: number;
          starts_at?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'coupons_category_id_fkey';
            columns: ['category_id'];
            isOneToOne: false;
            referencedRelation: 'categories';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'coupons_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'coupons_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'coupons_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'coupons_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'coupons_instructor_id_fkey';
            columns: ['instructor_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'coupons_instructor_id_fkey';
            columns: ['instructor_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      course_daily_revenue: {
        Row: {
          course_id: string;
          currency: string;
          day: string;
          refunded_cents: number;
          revenue_cents: number;
          sales: number;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          currency: string;
          day: string;
          refunded_cents?: number;
          revenue_cents?: number;
          sales?: number;
        };
        Update: {
          course_id?: string;
          currency?: string;
          day?: string;
          refunded_cents?: number;
          revenue_cents?: number;
          sales?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'course_daily_revenue_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_daily_revenue_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      course_daily_stats: {
        Row: {
          avg_rating: number | null;
          completions: number;
          course_id: string;
          day: string;
          enrollments: number;
          rating_count: number;
          rating_sum: number;
          views: number;
        };
        ComputedFields: never;
        Insert: {
          avg_rating?: never;
          completions?: number;
          course_id: string;
          day: string;
          enrollments?: number;
          rating_count?: number;
          rating_sum?: number;
          views?: number;
        };
        Update: {
          avg_rating?: never;
          completions?: number;
          course_id?: string;
          day?: string;
          enrollments?: number;
          rating_count?: number;
          rating_sum?: number;
          views?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'course_daily_stats_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_daily_stats_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      course_holds: {
        Row: {
          course_id: string;
          held_at: string;
          reason: string;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          held_at?: string;
          reason: string;
        };
        Update: {
          course_id?: string;
          held_at?: string;
          reason?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'course_holds_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: true;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_holds_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: true;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      course_instructors: {
        Row: {
          course_id: string;
          created_at: string;
          revenue_share_percent: number;
          role: Database['public']['Enums']['course_instructor_role'];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          created_at?: string;
          revenue_share_percent?: number;
          role?: Database['public']['Enums']['course_instructor_role'];
          user_id: string;
        };
        Update: {
          course_id?: string;
          created_at?: string;
          revenue_share_percent?: number;
          role?: Database['public']['Enums']['course_instructor_role'];
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'course_instructors_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_instructors_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_instructors_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_instructors_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      course_outcomes: {
        Row: {
          course_id: string;
          id: string;
          position: number;
          text: string;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          id?: string;
          position: number;
          text: string;
        };
        Update: {
          course_id?: string;
          id?: string;
          position?: number;
          text?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'course_outcomes_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_outcomes_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      course_price_history: {
        Row: {
          charged_from: string;
          course_id: string;
          currency: string;
          id: number;
          price_cents: number;
        };
        ComputedFields: never;
        Insert: {
          charged_from?: string;
          course_id: string;
          currency: string;
          id?: never;
          price_cents: number;
        };
        Update: {
          charged_from?: string;
          course_id?: string;
          currency?: string;
          id?: never;
          price_cents?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'course_price_history_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_price_history_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      course_requirements: {
        Row: {
          course_id: string;
          id: string;
          position: number;
          text: string;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          id?: string;
          position: number;
          text: string;
        };
        Update: {
          course_id?: string;
          id?: string;
          position?: number;
          text?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'course_requirements_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_requirements_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      course_stats: {
        Row: {
          bestseller_until: string | null;
          course_id: string;
          duration_seconds: number;
          lesson_count: number;
          rating: number;
          rating_1: number;
          rating_2: number;
          rating_3: number;
          rating_4: number;
          rating_5: number;
          rating_count: number;
          rating_sum: number;
          review_count: number;
          section_count: number;
          student_count: number;
        };
        ComputedFields: never;
        Insert: {
          bestseller_until?: string | null;
          course_id: string;
          duration_seconds?: number;
          lesson_count?: number;
          rating?: never;
          rating_1?: number;
          rating_2?: number;
          rating_3?: number;
          rating_4?: number;
          rating_5?: number;
          rating_count?: never;
          rating_sum?: never;
          review_count?: number;
          section_count?: number;
          student_count?: number;
        };
        Update: {
          bestseller_until?: string | null;
          course_id?: string;
          duration_seconds?: number;
          lesson_count?: number;
          rating?: never;
          rating_1?: number;
          rating_2?: number;
          rating_3?: number;
          rating_4?: number;
          rating_5?: number;
          rating_count?: never;
          rating_sum?: never;
          review_count?: number;
          section_count?: number;
          student_count?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'course_stats_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: true;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'course_stats_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: true;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      courses: {
        Row: {
          archived_at: string | null;
          category_id: string | null;
          created_at: string;
          currency: string;
          description: string;
          discount_percent: number;
          id: string;
          instructor_id: string;
          is_featured: boolean;
          is_published: boolean;
          language: string;
          last_updated: string;
          level: Database['public']['Enums']['course_level'];
          original_price_cents: number | null;
          preview_video_url: string | null;
          price_cents: number;
          published_at: string | null;
          short_description: string;
          slug: string;
          status: Database['public']['Enums']['course_status'];
          thumbnail_path: string | null;
          title: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          archived_at?: string | null;
          category_id?: string | null;
          created_at?: string;
          currency?: string;
          description?: string;
          discount_percent?: never;
          id?: string;
          instructor_id?: string;
          is_featured?: boolean;
          is_published?: never;
          language?: string;
          last_updated?: string;
          level?: Database['public']['Enums']['course_level'];
          original_price_cents?: number | null;
          preview_video_url?: string | null;
          price_cents?: number;
          published_at?: string | null;
          short_description?: string;
          slug: string;
          status?: Database['public']['Enums']['course_status'];
          thumbnail_path?: string | null;
          title: string;
          updated_at?: string;
        };
        Update: {
          archived_at?: string | null;
          category_id?: string | null;
          created_at?: string;
          currency?: string;
          description?: string;
          discount_percent?: never;
          id?: string;
          instructor_id?: string;
          is_featured?: boolean;
          is_published?: never;
          language?: string;
          last_updated?: string;
          level?: Database['public']['Enums']['course_level'];
          original_price_cents?: number | null;
          preview_video_url?: string | null;
          price_cents?: number;
          published_at?: string | null;
          short_description?: string;
          slug?: string;
          status?: Database['public']['Enums']['course_status'];
          thumbnail_path?: string | null;
          title?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'courses_category_id_fkey';
            columns: ['category_id'];
            isOneToOne: false;
            referencedRelation: 'categories';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'courses_instructor_id_fkey';
            columns: ['instructor_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'courses_instructor_id_fkey';
            columns: ['instructor_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      curriculum_sections: {
        Row: {
          course_id: string;
          created_at: string;
          description: string;
          id: string;
          position: number;
          title: string;
          total_duration_minutes: number;
          total_lessons: number;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          created_at?: string;
          description?: string;
          id?: string;
          position: number;
          title: string;
          total_duration_minutes?: number;
          total_lessons?: number;
        };
        Update: {
          course_id?: string;
          created_at?: string;
          description?: string;
          id?: string;
          position?: number;
          title?: string;
          total_duration_minutes?: number;
          total_lessons?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'curriculum_sections_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'curriculum_sections_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
        ];
      };
      enrollments: {
        Row: {
          access_ends_at: string | null;
          completed_at: string | null;
          completed_lesson_count: number | null;
          course_id: string;
          enrolled_at: string;
          id: string;
          is_completed: boolean;
          last_activity_at: string | null;
          last_lesson_id: string | null;
          lessons_completed: number;
          status: Database['public']['Enums']['enrollment_status'];
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          access_ends_at?: string | null;
          completed_at?: string | null;
          completed_lesson_count?: number | null;
          course_id: string;
          enrolled_at?: string;
          id?: string;
          is_completed?: never;
          last_activity_at?: string | null;
          last_lesson_id?: string | null;
          lessons_completed?: number;
          status?: Database['public']['Enums']['enrollment_status'];
          updated_at?: string;
          user_id: string;
        };
        Update: {
          access_ends_at?: string | null;
          completed_at?: string | null;
          completed_lesson_count?: number | null;
          course_id?: string;
          enrolled_at?: string;
          id?: string;
          is_completed?: never;
          last_activity_at?: string | null;
          last_lesson_id?: string | null;
          lessons_completed?: number;
          status?: Database['public']['Enums']['enrollment_status'];
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'enrollments_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'enrollments_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'enrollments_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'enrollments_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      instructor_requests: {
        Row: {
          created_at: string;
          decided_at: string | null;
          decided_by: string | null;
          id: string;
          motivation: string;
          note: string;
          status: Database['public']['Enums']['instructor_request_status'];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          decided_at?: string | null;
          decided_by?: string | null;
          id?: string;
          motivation: string;
          note?: string;
          status?: Database['public']['Enums']['instructor_request_status'];
          user_id: string;
        };
        Update: {
          created_at?: string;
          decided_at?: string | null;
          decided_by?: string | null;
          id?: string;
          motivation?: string;
          note?: string;
          status?: Database['public']['Enums']['instructor_request_status'];
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'instructor_requests_decided_by_fkey';
            columns: ['decided_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'instructor_requests_decided_by_fkey';
            columns: ['decided_by'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'instructor_requests_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'instructor_requests_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      invoices: {
        Row: {
          buyer: NonNullable<Json>;
          cause: Database['public']['Enums']['invoice_cause'];
          currency: string;
          discount_cents: number;
          id: string;
          invoice_id: string | null;
          issued_at: string;
          kind: Database['public']['Enums']['invoice_kind'];
          lines: NonNullable<Json>;
          number: string;
          order_id: string;
          seller: NonNullable<Json>;
          subtotal_cents: number;
          tax_cents: number;
          total_cents: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          buyer: NonNullable<Json>;
          cause: Database['public']['Enums']['invoice_cause'];
          currency: string;
          discount_cents?: number;
          id?: string;
          invoice_id?: string | null;
          issued_at?: string;
          kind: Database['public']['Enums']['invoice_kind'];
          lines: NonNullable<Json>;
          number: string;
          order_id: string;
          seller: NonNullable<Json>;
          subtotal_cents: number;
          tax_cents?: number;
          total_cents: number;
          user_id: string;
        };
        Update: {
          buyer?: NonNullable<Json>;
          cause?: Database['public']['Enums']['invoice_cause'];
          currency?: string;
          discount_cents?: number;
          id?: string;
          invoice_id?: string | null;
          issued_at?: string;
          kind?: Database['public']['Enums']['invoice_kind'];
          lines?: NonNullable<Json>;
          number?: string;
          order_id?: string;
          seller?: NonNullable<Json>;
          subtotal_cents?: number;
          tax_cents?: number;
          total_cents?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'invoices_invoice_id_order_id_fkey';
            columns: ['invoice_id', 'order_id'];
            isOneToOne: false;
            referencedRelation: 'invoices';
            referencedColumns: ['id', 'order_id'];
          },
          {
            foreignKeyName: 'invoices_order_id_fkey';
            columns: ['order_id'];
            isOneToOne: false;
            referencedRelation: 'orders';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'invoices_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'invoices_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      learning_days: {
        Row: {
          day: string;
          seconds: number;
          spent_until: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          day: string;
          seconds?: number;
          spent_until?: string;
          user_id: string;
        };
        Update: {
          day?: string;
          seconds?: number;
          spent_until?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'learning_days_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'learning_days_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      lesson_contents: {
        Row: {
          body: string;
          course_id: string;
          lesson_id: string;
          resources: NonNullable<Json>;
          updated_at: string;
          video_path: string | null;
          video_url: string | null;
        };
        ComputedFields: never;
        Insert: {
          body?: string;
          course_id: string;
          lesson_id: string;
          resources?: NonNullable<Json>;
          updated_at?: string;
          video_path?: string | null;
          video_url?: string | null;
        };
        Update: {
          body?: string;
          course_id?: string;
          lesson_id?: string;
          resources?: NonNullable<Json>;
          updated_at?: string;
          video_path?: string | null;
          video_url?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'lesson_contents_lesson_id_course_id_fkey';
            columns: ['lesson_id', 'course_id'];
            isOneToOne: false;
            referencedRelation: 'lessons';
            referencedColumns: ['id', 'course_id'];
          },
        ];
      };
      lesson_progress: {
        Row: {
          completed_at: string | null;
          course_id: string;
          created_at: string;
          enrollment_id: string;
          is_completed: boolean;
          last_watched_at: string | null;
          lesson_id: string;
          position_seconds: number;
          updated_at: string;
          user_id: string;
          watch_time_seconds: number;
          watched: unknown;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          course_id: string;
          created_at?: string;
          enrollment_id: string;
          is_completed?: boolean;
          last_watched_at?: string | null;
          lesson_id: string;
          position_seconds?: number;
          updated_at?: string;
          user_id: string;
          watch_time_seconds?: never;
          watched?: unknown;
        };
        Update: {
          completed_at?: string | null;
          course_id?: string;
          created_at?: string;
          enrollment_id?: string;
          is_completed?: boolean;
          last_watched_at?: string | null;
          lesson_id?: string;
          position_seconds?: number;
          updated_at?: string;
          user_id?: string;
          watch_time_seconds?: never;
          watched?: unknown;
        };
        Relationships: [
          {
            foreignKeyName: 'lesson_progress_enrollment_id_fkey';
            columns: ['enrollment_id'];
            isOneToOne: false;
            referencedRelation: 'enrollments';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'lesson_progress_lesson_id_course_id_fkey';
            columns: ['lesson_id', 'course_id'];
            isOneToOne: false;
            referencedRelation: 'lessons';
            referencedColumns: ['id', 'course_id'];
          },
        ];
      };
      lessons: {
        Row: {
          course_id: string;
          created_at: string;
          description: string;
          duration_minutes: number;
          duration_seconds: number;
          id: string;
          is_preview: boolean;
          position: number;
          section_id: string;
          title: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          course_id: string;
          created_at?: string;
          description?: string;
          duration_minutes?: never;
          duration_seconds?: number;
          id?: string;
          is_preview?: boolean;
          position: number;
          section_id: string;
          title: string;
          updated_at?: string;
        };
        Update: {
          course_id?: string;
          created_at?: string;
          description?: string;
          duration_minutes?: never;
          duration_seconds?: number;
          id?: string;
          is_preview?: boolean;
          position?: number;
          section_id?: string;
          title?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'lessons_section_id_course_id_fkey';
            columns: ['section_id', 'course_id'];
            isOneToOne: false;
            referencedRelation: 'curriculum_sections';
            referencedColumns: ['id', 'course_id'];
          },
        ];
      };
      notification_preferences: {
        Row: {
          price_falls: boolean;
          review_replies: boolean;
          updated_at: string;
          user_id: string;
          weekly_summary: boolean;
        };
        ComputedFields: never;
        Insert: {
          price_falls?: boolean;
          review_replies?: boolean;
          updated_at?: string;
          user_id: string;
          weekly_summary?: boolean;
        };
        Update: {
          price_falls?: boolean;
          review_replies?: boolean;
          updated_at?: string;
          user_id?: string;
          weekly_summary?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: 'notification_preferences_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notification_preferences_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      notifications: {
        Row: {
          body: string;
          created_at: string;
          dedupe_key: string | null;
          id: string;
          kind: string;
          link: string | null;
          read_at: string | null;
          title: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          body?: string;
          created_at?: string;
          dedupe_key?: string | null;
          id?: string;
          kind: string;
          link?: string | null;
          read_at?: string | null;
          title: string;
          user_id: string;
        };
        Update: {
          body?: string;
          created_at?: string;
          dedupe_key?: string | null;
          id?: string;
          kind?: string;
          link?: string | null;
          read_at?: string | null;
          title?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notifications_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      order_billing: {
        Row: {
          address_line1: string;
          address_line2: string;
          city: string;
          country: string;
          email: string;
          first_name: string;
          last_name: string;
          order_id: string;
          phone: string;
          postal_code: string;
          state: string;
        };
        ComputedFields: never;
        Insert: {
          address_line1: string;
          address_line2?: string;
          city: string;
          country: string;
          email: string;
          first_name: string;
          last_name: string;
          order_id: string;
          phone?: string;
          postal_code?: string;
          state?: string;
        };
        Update: {
          address_line1?: string;
          address_line2?: string;
          city?: string;
          country?: string;
          email?: string;
          first_name?: string;
          last_name?: string;
          order_id?: string;
          phone?: string;
          postal_code?: string;
          state?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'order_billing_order_id_fkey';
            columns: ['order_id'];
            isOneToOne: true;
            referencedRelation: 'orders';
            referencedColumns: ['id'];
          },
        ];
      };
      order_items: {
        Row: {
          access: Database['public']['Enums']['order_item_access'];
          course_id: string;
          created_at: string;
          discount_cents: number;
          id: string;
          instructor_id: string;
          instructor_name: string;
          list_price_cents: number;
          order_id: string;
          platform_fee_percent: number;
          position: number;
          price_cents: number;
          refunded_cents: number;
          slug: string;
          tax_cents: number;
          thumbnail_path: string | null;
          title: string;
          total_cents: number;
        };
        ComputedFields: never;
        Insert: {
          access?: Database['public']['Enums']['order_item_access'];
          course_id: string;
          created_at?: string;
          discount_cents?: number;
          id?: string;
          instructor_id: string;
          instructor_name: string;
          list_price_cents: number;
          order_id: string;
          platform_fee_percent: number;
          position: number;
          price_cents: number;
          refunded_cents?: number;
          slug: string;
          tax_cents?: number;
          thumbnail_path?: string | null;
          title: string;
          total_cents: number;
        };
        Update: {
          access?: Database['public']['Enums']['order_item_access'];
          course_id?: string;
          created_at?: string;
          discount_cents?: number;
          id?: string;
          instructor_id?: string;
          instructor_name?: string;
          list_price_cents?: number;
          order_id?: string;
          platform_fee_percent?: number;
          position?: number;
          price_cents?: number;
          refunded_cents?: number;
          slug?: string;
          tax_cents?: number;
          thumbnail_path?: string | null;
          title?: string;
          total_cents?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'order_items_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'order_items_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'order_items_instructor_id_fkey';
            columns: ['instructor_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'order_items_instructor_id_fkey';
            columns: ['instructor_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'order_items_order_id_fkey';
            columns: ['order_id'];
            isOneToOne: false;
            referencedRelation: 'orders';
            referencedColumns: ['id'];
          },
        ];
      };
      orders: {
        Row: {
          closed_at: string | null;
          completed_at: string | null;
          coupon_id: string | null;
          created_at: string;
          currency: string;
          discount_cents: number;
          expires_at: string;
          id: string;
          order_number: string;
          payment_method: string | null;
          refunded_cents: number;
          state: Database['public']['Enums']['order_state'];
          status: Database['public']['Enums']['order_status'];
          subtotal_cents: number;
          tax_cents: number;
          total_cents: number;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          closed_at?: string | null;
          completed_at?: string | null;
          coupon_id?: string | null;
          created_at?: string;
          currency: string;
          discount_cents?: number;
          expires_at: string;
          id?: string;
          order_number: string;
          payment_method?: string | null;
          refunded_cents?: number;
          state?: Database['public']['Enums']['order_state'];
          status?: never;
          subtotal_cents: number;
          tax_cents?: number;
          total_cents: number;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          closed_at?: string | null;
          completed_at?: string | null;
          coupon_id?: string | null;
          created_at?: string;
          currency?: string;
          discount_cents?: number;
          expires_at?: string;
          id?: string;
          order_number?: string;
          payment_method?: string | null;
          refunded_cents?: number;
          state?: Database['public']['Enums']['order_state'];
          status?: never;
          subtotal_cents?: number;
          tax_cents?: number;
          total_cents?: number;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'orders_coupon_id_fkey';
            columns: ['coupon_id'];
            isOneToOne: false;
            referencedRelation: 'coupons';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'orders_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'orders_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      payments: {
        Row: {
          amount_cents: number;
          attempt: number;
          canceled_at: string | null;
          charge_refunded_cents: number;
          created_at: string;
          currency: string;
          failed_at: string | null;
          failed_charges: string[];
          failure_code: string | null;
          id: string;
          order_id: string;
          pays_order: boolean;
          processing_charges: string[];
          processing_fee_cents: number | null;
          provider: string;
          receipt_email: string | null;
          status: Database['public']['Enums']['payment_status'];
          stripe_charge_id: string | null;
          stripe_payment_intent_id: string | null;
          succeeded_at: string | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          amount_cents: number;
          attempt: number;
          canceled_at?: string | null;
          charge_refunded_cents?: number;
          created_at?: string;
          currency: string;
          failed_at?: string | null;
          failed_charges?: string[];
          failure_code?: string | null;
          id?: string;
          order_id: string;
          pays_order?: boolean;
          processing_charges?: string[];
          processing_fee_cents?: number | null;
          provider?: string;
          receipt_email?: string | null;
          status?: never;
          stripe_charge_id?: string | null;
          stripe_payment_intent_id?: string | null;
          succeeded_at?: string | null;
          updated_at?: string;
        };
        Update: {
          amount_cents?: number;
          attempt?: number;
          canceled_at?: string | null;
          charge_refunded_cents?: number;
          created_at?: string;
          currency?: string;
          failed_at?: string | null;
          failed_charges?: string[];
          failure_code?: string | null;
          id?: string;
          order_id?: string;
          pays_order?: boolean;
          processing_charges?: string[];
          processing_fee_cents?: number | null;
          provider?: string;
          receipt_email?: string | null;
          status?: never;
          stripe_charge_id?: string | null;
          stripe_payment_intent_id?: string | null;
          succeeded_at?: string | null;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'payments_order_id_fkey';
            columns: ['order_id'];
            isOneToOne: false;
            referencedRelation: 'orders';
            referencedColumns: ['id'];
          },
        ];
      };
      profile_private: {
        Row: {
          country: string;
          created_at: string;
          email: string;
          phone: string;
          timezone: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          country?: string;
          created_at?: string;
          email: string;
          phone?: string;
          timezone?: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          country?: string;
          created_at?: string;
          email?: string;
          phone?: string;
          timezone?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'profile_private_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'profile_private_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      profile_stats: {
        Row: {
          certificates_earned: number;
          courses_completed: number;
          courses_enrolled: number;
          last_activity_at: string | null;
          rating_sum_given: number;
          ratings_given: number;
          seconds_learned: number;
          streak_days: number;
          streak_last_on: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          certificates_earned?: number;
          courses_completed?: number;
          courses_enrolled?: number;
          last_activity_at?: string | null;
          rating_sum_given?: number;
          ratings_given?: number;
          seconds_learned?: number;
          streak_days?: number;
          streak_last_on?: string | null;
          user_id: string;
        };
        Update: {
          certificates_earned?: number;
          courses_completed?: number;
          courses_enrolled?: number;
          last_activity_at?: string | null;
          rating_sum_given?: number;
          ratings_given?: number;
          seconds_learned?: number;
          streak_days?: number;
          streak_last_on?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'profile_stats_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'profile_stats_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      profiles: {
        Row: {
          avatar_path: string | null;
          bio: string;
          created_at: string;
          first_name: string;
          headline: string;
          id: string;
          is_active: boolean;
          is_instructor: boolean;
          is_reviewer: boolean;
          last_name: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          avatar_path?: string | null;
          bio?: string;
          created_at?: string;
          first_name?: string;
          headline?: string;
          id: string;
          is_active?: boolean;
          is_instructor?: boolean;
          is_reviewer?: boolean;
          last_name?: string;
          updated_at?: string;
        };
        Update: {
          avatar_path?: string | null;
          bio?: string;
          created_at?: string;
          first_name?: string;
          headline?: string;
          id?: string;
          is_active?: boolean;
          is_instructor?: boolean;
          is_reviewer?: boolean;
          last_name?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      review_votes: {
        Row: {
          created_at: string;
          review_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          review_id: string;
          user_id?: string;
        };
        Update: {
          created_at?: string;
          review_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'review_votes_review_id_fkey';
            columns: ['review_id'];
            isOneToOne: false;
            referencedRelation: 'reviews';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'review_votes_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'review_votes_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      reviews: {
        Row: {
          comment: string;
          course_id: string;
          created_at: string;
          has_words: boolean;
          helpful_count: number;
          hidden_reason: string;
          id: string;
          instructor_reply: string;
          is_hidden: boolean;
          rating: number;
          replied_at: string | null;
          title: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          comment?: string;
          course_id: string;
          created_at?: string;
          has_words?: never;
          helpful_count?: number;
          hidden_reason?: string;
          id?: string;
          instructor_reply?: string;
          is_hidden?: boolean;
          rating: number;
          replied_at?: string | null;
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          comment?: string;
          course_id?: string;
          created_at?: string;
          has_words?: never;
          helpful_count?: number;
          hidden_reason?: string;
          id?: string;
          instructor_reply?: string;
          is_hidden?: boolean;
          rating?: number;
          replied_at?: string | null;
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'reviews_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reviews_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reviews_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reviews_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      user_roles: {
        Row: {
          granted_at: string;
          granted_by: string | null;
          role: Database['public']['Enums']['user_role'];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          granted_at?: string;
          granted_by?: string | null;
          role: Database['public']['Enums']['user_role'];
          user_id: string;
        };
        Update: {
          granted_at?: string;
          granted_by?: string | null;
          role?: Database['public']['Enums']['user_role'];
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'user_roles_granted_by_fkey';
            columns: ['granted_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'user_roles_granted_by_fkey';
            columns: ['granted_by'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'user_roles_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'user_roles_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
      wishlists: {
        Row: {
          added_at: string;
          course_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          added_at?: string;
          course_id: string;
          user_id?: string;
        };
        Update: {
          added_at?: string;
          course_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'wishlists_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'courses';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'wishlists_course_id_fkey';
            columns: ['course_id'];
            isOneToOne: false;
            referencedRelation: 'v_course_cards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'wishlists_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'wishlists_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'v_instructor_public';
            referencedColumns: ['id'];
          },
        ];
      };
    };
    Views: {
      v_course_cards: {
        Row: {
          category: string | null;
          category_slug: string | null;
          currency: string;
          discount_percent: number;
          duration_hours: number | null;
          id: string;
          instructor: Json | null;
          is_bestseller: boolean | null;
          is_featured: boolean;
          is_new: boolean | null;
          level: Database['public']['Enums']['course_level'];
          original_price: number | null;
          price: number | null;
          rating: number;
          rating_count: number;
          slug: string;
          student_count: number;
          thumbnail: string | null;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          category?: string | null;
          category_slug?: string | null;
          currency?: string | null;
          discount_percent?: number | null;
          duration_hours?: number | null;
          id?: string | null;
          instructor?: Json | null;
          is_bestseller?: boolean | null;
          is_featured?: boolean | null;
          is_new?: boolean | null;
          level?: Database['public']['Enums']['course_level'] | null;
          original_price?: number | null;
          price?: number | null;
          rating?: number | null;
          rating_count?: number | null;
          slug?: string | null;
          student_count?: number | null;
          thumbnail?: string | null;
          title?: string | null;
        };
        Update: {
          category?: string | null;
          category_slug?: string | null;
          currency?: string | null;
          discount_percent?: number | null;
          duration_hours?: number | null;
          id?: string | null;
          instructor?: Json | null;
          is_bestseller?: boolean | null;
          is_featured?: boolean | null;
          is_new?: boolean | null;
          level?: Database['public']['Enums']['course_level'] | null;
          original_price?: number | null;
          price?: number | null;
          rating?: number | null;
          rating_count?: number | null;
          slug?: string | null;
          student_count?: number | null;
          thumbnail?: string | null;
          title?: string | null;
        };
        Relationships: [];
      };
      v_instructor_public: {
        Row: {
          bio: string;
          courses_count: number | null;
          first_name: string;
          headline: string;
          id: string;
          last_name: string;
          profile_picture: string | null;
          rating: number | null;
          rating_count: number | null;
          students_count: number | null;
        };
        ComputedFields: never;
        Insert: {
          bio?: string | null;
          courses_count?: number | null;
          first_name?: string | null;
          headline?: string | null;
          id?: string | null;
          last_name?: string | null;
          profile_picture?: string | null;
          rating?: number | null;
          rating_count?: number | null;
          students_count?: number | null;
        };
        Update: {
          bio?: string | null;
          courses_count?: number | null;
          first_name?: string | null;
          headline?: string | null;
          id?: string | null;
          last_name?: string | null;
          profile_picture?: string | null;
          rating?: number | null;
          rating_count?: number | null;
          students_count?: number | null;
        };
        Relationships: [];
      };
    };
    Functions: {
      add_to_cart: { Args: { course_id: string }; Returns: Json };
      add_to_wishlist: { Args: { course_id: string }; Returns: Json };
      apply_coupon: { Args: { code?: string; order_id: string }; Returns: Json };
      apply_stripe_event: { Args: { event: Json }; Returns: Json };
      approve_instructor: { Args: { approve?: boolean; note?: string; user_id: string }; Returns: Json };
      archive_course: { Args: { course_id: string; reason?: string }; Returns: Json };
      attach_certificate_file: { Args: { certificate_id: string; file_path: string }; Returns: Json };
      authenticate_signed_request: {
        Args: {
          body_sha256: string;
          key_id: string;
          method: string;
          nonce: string;
          path: string;
          signature: string;
          signed_at: number;
        };
        Returns: Json;
      };
      begin_confirmation: { Args: { user_id: string }; Returns: Json };
      begin_payment: { Args: { order_id: string; user_id: string }; Returns: Json };
      begin_payout_account: { Args: { user_id: string }; Returns: Json };
      cancel_order: { Args: { order_id: string }; Returns: Json };
      certificate_document: { Args: { certificate_id: string }; Returns: Json };
      claim_certificates: { Args: { batch_size?: number }; Returns: Json };
      claim_file_deletions: { Args: { batch_size?: number }; Returns: Json };
      claim_outbox: { Args: { batch_size?: number; lease_seconds?: number }; Returns: Json };
      claim_refunds: { Args: { batch_size?: number; lease_seconds?: number }; Returns: Json };
      claim_transfers: { Args: { batch_size?: number; lease_seconds?: number }; Returns: Json };
      clear_cart: { Args: Record<PropertyKey, never>; Returns: undefined };
      continue_learning: { Args: { max_results?: number }; Returns: Json };
      course_analytics: {
        Args: { bucket?: string; course_id: string; from_day?: string; to_day?: string };
        Returns: Json;
      };
      course_detail: { Args: { course_id?: string; slug?: string }; Returns: Json };
      course_flags: { Args: { course_ids: string[] }; Returns: Json };
      course_lesson_stats: { Args: { course_id: string }; Returns: Json };
      course_readiness: { Args: { course_id: string }; Returns: Json };
      course_roster: { Args: { course_id: string; page?: number; page_size?: number }; Returns: Json };
      course_team: { Args: { course_id: string }; Returns: Json };
      create_api_key: { Args: { expires_in_days?: number; name: string }; Returns: Json };
      create_company_key: {
        Args: {
          course_ids: string[];
          expires_in_days?: number;
          name: string;
          owner_id: string;
          seats?: number;
        };
        Returns: Json;
      };
      create_coupon: {
        Args: {
          amount_off_cents?: number;
          category_id?: string;
          code: string;
          course_id?: string;
          currency?: string;
          description?: string;
          expires_at?: string;
          instructor_id?: string;
          max_per_user?: number;
          max_redemptions?: number;
          minimum_cents?: number;
          percent_off?: number;
          starts_at?: string;
        };
        Returns: Json;
      };
      create_order_from_cart: {
        Args: {
          billing_address: Json;
          coupon_code?: string;
          expected_total?: number;
          idempotency_key?: string;
        };
        Returns: Json;
      };
      dashboard_stats: { Args: Record<PropertyKey, never>; Returns: Json };
      deactivate_my_account: { Args: Record<PropertyKey, never>; Returns: Json };
      deactivate_user: { Args: { is_active?: boolean; user_id: string }; Returns: Json };
      delete_my_account: { Args: { confirm_email: string }; Returns: Json };
      drop_mail: { Args: { mail_id: number }; Returns: Json };
      enroll_company_staff: {
        Args: { course_ids: string[]; employees: Json; key_id: string; reference: string };
        Returns: Json;
      };
      enroll_free: { Args: { course_id: string }; Returns: Json };
      enrollment_detail: { Args: { enrollment_id: string }; Returns: Json };
      explain_access: { Args: { course_id: string }; Returns: Json };
      explain_refund: { Args: { order_item_id: string }; Returns: Json };
      export_my_data: { Args: Record<PropertyKey, never>; Returns: Json };
      fail_refund: { Args: { failure_code: string; refund_id: string }; Returns: Json };
      fail_transfer: { Args: { failure_code?: string; transfer_id: string }; Returns: Json };
      get_cart: { Args: Record<PropertyKey, never>; Returns: Json };
      get_order: { Args: { order_id: string }; Returns: Json };
      grant_enrollment: {
        Args: {
          course_id: string;
          expires_at?: string;
          is_gift?: boolean;
          reason?: string;
          student_id: string;
        };
        Returns: Json;
      };
      health: { Args: Record<PropertyKey, never>; Returns: Json };
      health_report: { Args: Record<PropertyKey, never>; Returns: Json };
      invoice_document: { Args: { invoice_id: string; user_id: string }; Returns: Json };
      issue_certificate: { Args: { enrollment_id: string }; Returns: Json };
      issue_lesson_media: {
        Args: { lesson_id: string; resource_path?: string; user_id?: string; visitor_address?: string };
        Returns: Json;
      };
      list_categories: { Args: Record<PropertyKey, never>; Returns: Json };
      list_dead_mails: { Args: { page?: number; page_size?: number }; Returns: Json };
      list_money_anomalies: {
        Args: { kind?: string; page?: number; page_size?: number; status?: string };
        Returns: Json;
      };
      list_open_payments: {
        Args: { after_payment_id?: string; batch_size?: number; older_than_minutes?: number };
        Returns: Json;
      };
      list_payout_accounts: { Args: { batch_size?: number; older_than_minutes?: number }; Returns: Json };
      list_reviews: {
        Args: { course_id: string; ordering?: string; page?: number; page_size?: number; rating?: number };
        Returns: Json;
      };
      mark_lesson_complete: {
        Args: { completed?: boolean; enrollment_id: string; lesson_id: string };
        Returns: Json;
      };
      me: { Args: Record<PropertyKey, never>; Returns: Json };
      merge_guest_cart: { Args: { course_ids: string[] }; Returns: Json };
      moderate_review: { Args: { hidden?: boolean; reason?: string; review_id: string }; Returns: Json };
      move_to_cart: { Args: { course_id: string }; Returns: Json };
      my_certificates: { Args: Record<PropertyKey, never>; Returns: Json };
      my_earnings: { Args: Record<PropertyKey, never>; Returns: Json };
      my_enrollments: { Args: { page?: number; page_size?: number; status?: string }; Returns: Json };
      my_orders: { Args: { page?: number; page_size?: number; status?: string }; Returns: Json };
      my_payouts: { Args: { page?: number; page_size?: number }; Returns: Json };
      my_wishlist: { Args: { page?: number; page_size?: number }; Returns: Json };
      payments_without_fee: { Args: { after_payment_id?: string; batch_size?: number }; Returns: Json };
      payout_statement: { Args: { instructor_id?: string; month: string }; Returns: Json };
      payout_statement_lines: {
        Args: { instructor_id?: string; month: string; page?: number; page_size?: number };
        Returns: Json;
      };
      popular_searches: { Args: { max_results?: number }; Returns: Json };
      preview_coupon: { Args: { code: string }; Returns: Json };
      publish_course: { Args: { course_id: string }; Returns: Json };
      recommendations: { Args: { max_results?: number }; Returns: Json };
      record_course_view: { Args: { course_id: string }; Returns: Json };
      record_processing_fee: {
        Args: { currency: string; fee_cents: number; payment_id: string };
        Returns: Json;
      };
      record_search: { Args: { q: string }; Returns: Json };
      record_watch_time: {
        Args: { from_second: number; lesson_id: string; position_second: number; to_second: number };
        Returns: Json;
      };
      refund_order: {
        Args: { idempotency_key?: string; order_id: string; order_item_ids?: string[]; reason?: string };
        Returns: Json;
      };
      related_courses: { Args: { course_id: string; page_size?: number }; Returns: Json };
      release_payment_attempt: { Args: { attempt: number; order_id: string }; Returns: Json };
      remember_payment_intent: {
        Args: { attempt: number; order_id: string; payment_intent_id: string; status?: string };
        Returns: Json;
      };
      remember_payout_account: { Args: { account: Json; asked_at: string; user_id: string }; Returns: Json };
      remove_from_cart: { Args: { cart_item_id: string }; Returns: undefined };
      remove_from_wishlist: { Args: { course_id: string }; Returns: undefined };
      reorder_curriculum: { Args: { course_id: string; curriculum: Json }; Returns: Json };
      reply_to_review: { Args: { reply: string; review_id: string }; Returns: Json };
      report_review: { Args: { reason: string; review_id: string }; Returns: Json };
      reported_reviews: { Args: { page?: number; page_size?: number }; Returns: Json };
      request_instructor: { Args: { motivation: string }; Returns: Json };
      request_payout: { Args: { currency?: string }; Returns: Json };
      request_refund: { Args: { order_item_id: string; reason?: string }; Returns: Json };
      reset_progress: { Args: { enrollment_id: string }; Returns: Json };
      resolve_money_anomaly: { Args: { anomaly_id: number; resolution: string }; Returns: Json };
      retry_mail: { Args: { mail_id: number }; Returns: Json };
      retry_stripe_event: { Args: { event_id: string; resolution: string }; Returns: Json };
      review_course: { Args: { approve?: boolean; course_id: string; reason?: string }; Returns: Json };
      revoke_api_key: { Args: { key_id: string }; Returns: Json };
      revoke_certificate: { Args: { certificate_id: string; reason: string }; Returns: Json };
      revoke_enrollment: { Args: { enrollment_id: string; reason: string }; Returns: Json };
      rotate_api_key: { Args: { key_id: string; overlap_hours?: number }; Returns: Json };
      save_for_later: { Args: { course_id: string }; Returns: Json };
      search: {
        Args: { facets?: boolean; page?: number; page_size?: number; q: string; type?: string };
        Returns: Json;
      };
      search_courses: {
        Args: {
          category?: string;
          facets?: boolean;
          featured?: boolean;
          language?: string;
          level?: string;
          max_price?: number;
          min_price?: number;
          ordering?: string;
          page?: number;
          page_size?: number;
          rating_min?: number;
          search?: string;
        };
        Returns: Json;
      };
      set_featured: { Args: { course_id: string; is_featured?: boolean }; Returns: Json };
      set_user_role: {
        Args: { has_role?: boolean; role: Database['public']['Enums']['user_role']; user_id: string };
        Returns: Json;
      };
      settle_file_deletion: { Args: { error?: string; id: number }; Returns: Json };
      settle_outbox: {
        Args: { attempt: number; error?: string; id: number; permanent?: boolean };
        Returns: Json;
      };
      submit_contact: {
        Args: { email: string; message: string; name: string; subject: string };
        Returns: Json;
      };
      submit_review: {
        Args: { comment?: string; course_id: string; rating: number; title?: string };
        Returns: Json;
      };
      suggest: { Args: { max_results?: number; q: string }; Returns: Json };
      transfer_course: { Args: { course_id: string; new_owner: string }; Returns: Json };
      unprocessed_stripe_events: { Args: { event_ids: string[] }; Returns: Json };
      unpublish_course: { Args: { course_id: string; reason?: string }; Returns: Json };
      unsettled_payment_intents: { Args: { payment_intent_ids: string[] }; Returns: Json };
      unsettled_transfers: { Args: { transfers: Json }; Returns: Json };
      unsubscribe: { Args: { dry_run?: boolean; token: string }; Returns: Json };
      update_profile: {
        Args: {
          avatar_path?: string;
          bio?: string;
          country?: string;
          first_name?: string;
          headline?: string;
          last_name?: string;
          phone?: string;
          timezone?: string;
        };
        Returns: Json;
      };
      verify_certificate: { Args: { code: string }; Returns: Json };
      vote_review_helpful: { Args: { helpful?: boolean; review_id: string }; Returns: Json };
    };
    Enums: {
      contact_status: 'new' | 'in_progress' | 'done' | 'spam';
      course_instructor_role: 'owner' | 'co_instructor';
      course_level: 'beginner' | 'intermediate' | 'advanced';
      course_status: 'draft' | 'in_review' | 'published' | 'unpublished' | 'archived';
      enrollment_status: 'active' | 'suspended' | 'revoked';
      grant_source: 'purchase' | 'free' | 'coupon' | 'gift' | 'manual' | 'company';
      instructor_request_status: 'pending' | 'approved' | 'rejected';
      invoice_cause: 'sale' | 'refund' | 'dispute';
      invoice_kind: 'invoice' | 'credit_note' | 'debit_note';
      order_item_access: 'pending' | 'granted' | 'suspended' | 'revoked' | 'withheld';
      order_state:
        | 'pending'
        | 'processing'
        | 'failed'
        | 'completed'
        | 'partially_refunded'
        | 'refunded'
        | 'disputed'
        | 'canceled'
        | 'expired';
      order_status: 'pending' | 'completed' | 'failed' | 'refunded';
      payment_status: 'pending' | 'processing' | 'succeeded' | 'failed' | 'canceled';
      user_role: 'instructor' | 'moderator' | 'admin';
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema['Tables'] & DefaultSchema['Views']) | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {
      contact_status: ['new', 'in_progress', 'done', 'spam'],
      course_instructor_role: ['owner', 'co_instructor'],
      course_level: ['beginner', 'intermediate', 'advanced'],
      course_status: ['draft', 'in_review', 'published', 'unpublished', 'archived'],
      enrollment_status: ['active', 'suspended', 'revoked'],
      grant_source: ['purchase', 'free', 'coupon', 'gift', 'manual', 'company'],
      instructor_request_status: ['pending', 'approved', 'rejected'],
      invoice_cause: ['sale', 'refund', 'dispute'],
      invoice_kind: ['invoice', 'credit_note', 'debit_note'],
      order_item_access: ['pending', 'granted', 'suspended', 'revoked', 'withheld'],
      order_state: [
        'pending',
        'processing',
        'failed',
        'completed',
        'partially_refunded',
        'refunded',
        'disputed',
        'canceled',
        'expired',
      ],
      order_status: ['pending', 'completed', 'failed', 'refunded'],
      payment_status: ['pending', 'processing', 'succeeded', 'failed', 'canceled'],
      user_role: ['instructor', 'moderator', 'admin'],
    },
  },
} as const;
